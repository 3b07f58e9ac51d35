"""The `viewcount` command; imports the other packages only when a command needs them, and is imported by nobody."""
