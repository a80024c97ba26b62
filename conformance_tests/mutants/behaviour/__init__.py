"""Mutants written by hand, a file for each chapter: what no list of members can tell."""

from . import accounts, hardening, http, posts, relations, servers, system

CHAPTERS = (system, accounts, posts, relations, http, hardening, servers)
