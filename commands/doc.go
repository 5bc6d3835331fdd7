// Package commands does: one file a command or a job by the clock says who may, what is asked and what happens.
//
// A command knows nothing of a network and never sends: it says what is to be said, to whom, and storage queues it in
// the same transaction as what the command changed.
package commands
