"""Crawled pages in, a searchable index of cleaned, traceable articles out."""
