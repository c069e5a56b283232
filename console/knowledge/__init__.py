"""The documents that residents are answered from: the list, writing, publishing, bringing in files and pages."""

from console.knowledge import bringing, documents, imports, publishing, writing

ROUTERS = (documents.router, writing.router, publishing.router, bringing.router, imports.router)
