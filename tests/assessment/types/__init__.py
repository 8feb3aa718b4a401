"""Types of questions: parsing and scoring as tables, authoring, another plugin's type."""
