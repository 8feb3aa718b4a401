"""Keeps the catalogues of translations complete: collects texts, adds them to the .po files.

Indonesian is written in the code and is the msgid; `translations/en.po` beside it is read as it is.
"""
