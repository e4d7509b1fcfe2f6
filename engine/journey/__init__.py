"""The journey document, its checks and the rules it is decided by. Pure: no clock, no database, no environment."""
