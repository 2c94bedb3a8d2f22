// Calls no suite(), as after a slip in an import.
