"""The processes. They alone read settings and choose adapters."""
