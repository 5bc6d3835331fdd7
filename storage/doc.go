// Package storage remembers: one file a noun, with its struct and its queries, on SQLite by default and PostgreSQL
// where it is asked for. Everything that must happen together is done in one Write.
//
// It knows what a message is (messages), but not how one is sent, nor who may do what.
package storage
