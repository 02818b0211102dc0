"""What the transformers of several experiments share: flat weights, and tensors on disk."""
