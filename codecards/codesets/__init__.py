"""What a code is: official code sets, read from the official files."""
