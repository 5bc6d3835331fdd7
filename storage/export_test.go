package storage

// Exec runs a statement that only a test needs.
func (tx *Tx) Exec(query string) error { return tx.db.Exec(query).Error }

// Number gives the number that a query of a test finds.
func (tx *Tx) Number(query string) (n int64, err error) {
	err = tx.db.Raw(query).Scan(&n).Error
	return n, err
}

// Bytes gives what a query of a test finds, as it lies in the database.
func (tx *Tx) Bytes(query string) (b []byte, err error) {
	err = tx.db.Raw(query).Row().Scan(&b)
	return b, err
}
