"""The service: HTTP, websockets, the journal, who may do what, and the command line."""
