"""The tests of Titian; folders mirror the tree."""
