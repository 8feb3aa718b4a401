"""Use-cases of trainers who write courses: drafts, modules, files, history, Word."""
