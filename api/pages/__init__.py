"""Pages for people: HTML made by Jinja2 with escaping, without scripts."""
