"""The commands of the program, group by group; each imports what it needs when it is called."""
