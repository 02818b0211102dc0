"""The user's own data: reading files of labels and scores."""
