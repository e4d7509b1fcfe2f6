"""The designer in a real browser. A package, so that its fixtures end with it: Playwright's loop must not run under later tests."""
