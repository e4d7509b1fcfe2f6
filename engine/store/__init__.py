"""Tables, statements by noun and migrations. The only package that knows SQL."""
