"""Asks the music services, over HTTP and in a browser; knows neither our tables nor dagster."""
