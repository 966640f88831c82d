"""The only home of peewee and SQL: the log, its shadow tables, accounts, and their reader and writer."""
