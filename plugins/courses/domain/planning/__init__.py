"""Pure: the training plan of a year, from needs, costs and limits to classes."""
