"""The only package that knows Temporal: server, workflow, activity, clock."""
