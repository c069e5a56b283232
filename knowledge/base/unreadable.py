"""Why a file or page was not read: one code for each reason, which the child process, the rows of an import and the console share."""

from __future__ import annotations

from typing import Any

from core.errors import UnreadableDocument
from core.failures import ErrorCode, parse_failure


class UnreadableCode(ErrorCode):
    """What is wrong with a file or page, in a sentence for the person who brought it in."""

    PRIVATE_NETWORK = (
        "private_network",
        "{host} is an address inside a private network; only public websites are fetched.",
    )
    HOST_NOT_LISTED = (
        "host_not_listed",
        "{host} is not on the list of websites that may be fetched.",
    )
    SITE_SLOW = "site_slow", "The website takes too long to answer; try again later."
    TEXT_LONG = "text_long", "The text is longer than {count} characters; split it into documents."
    DOCX_ENTITIES = "docx_entities", "The document declares XML entities, as an attack would; it is not read."
    DOCX_DAMAGED = "docx_damaged", "The document is damaged or protected by a password; save it anew."
    DOCX_UNPACKS = "docx_unpacks", "The document unpacks to more than {count} MB; it is not read."
    DOCX_TIGHT = (
        "docx_tight",
        "The document is packed suspiciously tightly, as a bomb would be; it is not read.",
    )
    SITEMAP_MANY = "sitemap_many", "The sitemap names more than {count} pages; the first {count} are taken."
    SITEMAP_UNPACKS = (
        "sitemap_unpacks",
        "The sitemap unpacks to more than {count} MB, as a bomb would; it is not read.",
    )
    SITEMAP_ENTITIES = (
        "sitemap_entities",
        "The sitemap declares XML entities, as an attack would; it is not read.",
    )
    ZIP_UNPACKS = (
        "zip_unpacks",
        "The archive unpacks to more than {count} MB, as a bomb would; it is not opened.",
    )
    ZIP_TIGHT = (
        "zip_tight",
        "The archive is packed suspiciously tightly, as a bomb would be; it is not opened.",
    )
    PDF_SCAN = "pdf_scan", "The PDF has no text in it, it may be a scan; run text recognition on it first."
    SCAN_UNCLEAR = (
        "scan_unclear",
        "The scan is not clear enough to read, or in letters that are not read here; scan it anew, or write the words.",
    )
    OTHER_DEPARTMENT = (
        "other_department",
        "A document of this name belongs to another department; rename the file.",
    )
    NO_WEBSITE = "no_website", "There is no website {host}; check the address."
    NO_ADDRESS = "no_address", "This is not a web address; it begins with https://."
    SITE_UNREACHABLE = "site_unreachable", "The website cannot be reached; check the address."
    ENDLESS = "endless", "The address leads from one to the next without end; use the last one."
    SITE_ANSWERED = "site_answered", "The website answered {status} instead of the page."
    SITE_PACKED = "site_packed", "The website sends the page packed although it was asked not to."
    PAGE_LARGE = "page_large", "The page is larger than {count} MB."
    FILE_LARGE = "file_large", "The file is larger than {count} MB; split it."
    NOT_TEXT = "not_text", "The file is not text although its name says so; save it as text in UTF-8."
    NOT_UTF8 = "not_utf8", "The file is not text in UTF-8; save it again as UTF-8."
    JSONL_EMPTY = "jsonl_empty", "The file has no documents in it: one JSON object a line was expected."
    JSONL_LINE = "jsonl_line", "Line {line} is not JSON; one JSON object a line was expected."
    JSONL_OBJECT = "jsonl_object", "Line {line} is not a JSON object with `title` and `text`."
    JSONL_NOTHING = "jsonl_nothing", "Line {line} has neither `title` nor `text`."
    DOCX_PARTS = "docx_parts", "The document has more than {count} parts; it is not read."
    DOCX_LINK = "docx_link", "The document contains a symbolic link; it is not read."
    DOCX_BROKEN = "docx_broken", "The document is damaged and cannot be read; save it anew."
    NO_WORDS = "no_words", "The file has no words in it."
    TYPE = "type", "Files of this type are not read; what is read: {types}."
    TABLE = "table", "The table cannot be read: {error}."
    TABLE_EMPTY = "table_empty", "The table has no rows."
    TABLE_ROWS = "table_rows", "The table has no row with a question and an answer."
    NOT_THAT_KIND = "not_that_kind", "The file is not a {kind} file although its name says so."
    DAMAGED = "damaged", "The file is damaged and cannot be read; save it anew."
    SLOW = "slow", "The file takes too long to read; split it or save it anew."
    MUCH_TEXT = "much_text", "The file holds too much text for one document; split it."
    NO_SITEMAP = "no_sitemap", "This is not a sitemap: it is no XML."
    SITEMAP_EMPTY = "sitemap_empty", "The sitemap names no pages."
    ZIP_LARGE = "zip_large", "The archive is larger than {count} MB; split it."
    ZIP_DAMAGED = "zip_damaged", "The archive is damaged and cannot be read; pack it anew."
    NO_ZIP = "no_zip", "The file is not a zip archive although its name says so."
    ZIP_MANY = "zip_many", "The archive holds more than {count} files; split it."
    ZIP_MEMORY = "zip_memory", "The archive needs too much memory to read; split it."
    PAGE_EMPTY = "page_empty", "The page is empty or damaged."
    PDF_DAMAGED = "pdf_damaged", "The PDF is damaged and cannot be read; save it anew."
    PDF_LOCKED = "pdf_locked", "The PDF is protected by a password; save it without one."
    PDF_PAGES = "pdf_pages", "The PDF has more than {count} pages; split it."
    MEMORY = "memory", "The file needs too much memory to read; split it or save it anew."
    NESTED = "nested", "The file is nested too deeply to read."
    NAME_LEADS_OUT = (
        "name_leads_out",
        "Its name leads out of the archive, as an attack would; it is not unpacked.",
    )
    A_LINK = "a_link", "It is a link and not a file."
    LOCKED = "locked", "The file is protected by a password."
    ZIP_IN_ZIP = "zip_in_zip", "An archive within an archive is not opened; upload it by itself."
    SITE_DOWN = (
        "site_down",
        "The website could not be reached again and again, so its reading was ended; nothing was withdrawn.",
    )
    SITE_MANY = (
        "site_many",
        "The site leads to more than {count} pages; the others were not read. Leave out parts of it, or allow more pages.",
    )
    SITE_LARGE = "site_large", "The site gave more than {count} MB, so its reading was ended."
    SITE_EMPTIED = (
        "site_emptied",
        "{count} pages are gone at once, so none was withdrawn by itself; look whether the site is being rebuilt.",
    )
    SITE_RULES = "site_rules", "The website asks programs not to read this page (robots.txt)."
    SITE_UNLISTED = "site_unlisted", "The page asks search engines to leave it out, so it is left out here."
    SITE_LEFT_OUT = "site_left_out", "It is among what you chose to leave out of this site."
    SITE_SAME_PAGE = "site_same_page", "It is the same page as {address}."
    SITE_MOVED = "site_moved", "The page leads to another one by now: {address}."
    NOT_THERE = "not_there", "The file is not there any more; upload it again."
    MANY_DOCUMENTS = "many_documents", "The file holds more than {count} documents; split it."
    FIELD = "field", "Of one document the {field} is {fault}."
    THREE_TIMES = (
        "three_times",
        "It could not be read although it was tried three times; tell whoever runs Cityline.",
    )
    NOT_REGULAR = "not_regular", "This is not a regular file."
    NO_FILE = "no_file", "There is no such file."
    NOT_IN_LIBRARY = "not_in_library", "The library holds no file of this place; `knowledge list` names them."
    NOT_OPENED = "not_opened", "The file cannot be opened: {error}."


def read_refusal(data: object) -> UnreadableDocument:
    """The refusal that a child process wrote (`Failure.as_data`); one that cannot be understood counts as a damaged file."""
    failure = parse_failure(data)
    code = next((one for one in UnreadableCode if failure and one == failure.code), None)
    if failure is None or code is None or failure.values.keys() != code.places:
        return UnreadableDocument(UnreadableCode.DAMAGED)
    values: dict[str, Any] = dict(failure.values)
    return UnreadableDocument(code, **values)
