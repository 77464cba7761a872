"""Controls against a rigged answer: what would show that the model was built to say what it says."""
