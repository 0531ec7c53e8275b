"""The embedded AWS: an emulator, AWS's own Lambda runtime client, and the deploy to both."""
