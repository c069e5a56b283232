"""The documents that residents are answered from: the list, writing, publishing, bringing in files and pages, and the sites that are read every night."""

from console.knowledge import (
    bringing,
    documents,
    findings,
    imports,
    incoming,
    originals,
    publishing,
    sites,
    writing,
)

ROUTERS = (
    documents.router,
    writing.router,
    publishing.router,
    findings.router,
    incoming.router,
    originals.router,
    bringing.router,
    imports.router,
    sites.router,
)
