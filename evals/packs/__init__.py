"""Robustness packs: generators that turn cases, and the corpus where need be, into harder ones.

A pack is a folder with cases.jsonl, rules.toml and, for some, a corpus/ to build and serve.
"""
