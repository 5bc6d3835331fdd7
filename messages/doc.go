// Package messages says what a message is: what arrives from a chat, what goes out to one, how a sentence of the
// locales becomes rich text in the reader's language, and how long text is split.
//
// It knows no database, no command and no network: storage keeps what it describes, platform adapters translate it.
package messages
