package storage

// Exec runs a statement that only a test needs.
func (tx *Tx) Exec(query string) error { return tx.db.Exec(query).Error }
