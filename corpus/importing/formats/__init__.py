"""Formats: a file of one kind -> a document (blocks in their order), or records. Know no glossary and no entry."""
