package messages

// UserError is an error that the person who caused it should read: what is wrong and what to do.
type UserError struct{ Say Say }

// Refuse makes a UserError of a sentence.
func Refuse(id string, values ...V) error { return &UserError{Say: S(id, values...)} }

// Error is the id of the sentence.
func (e *UserError) Error() string { return "refused: " + e.Say.ID }
