"""What a knowledge page may contain, one module for each kind of page."""
