"""The OpenAPI document of the HTTP API, made from the routes and models of the code."""
