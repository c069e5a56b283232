"""The program: it puts the rooms together, and has the command line, serving and migrations. See ARCHITECTURE.md."""
