// The walls.
