"""What makes it run from nothing: embedded servers, emulators of both services, a sample catalog."""
