"""Read models of plans: open needs, costs, plans and their places."""
