"""The REST API and the public pages."""
