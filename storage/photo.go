package storage

import "time"

// PutPhoto keeps a cleaned JPEG under its SHA-256 (hex); the same picture is kept once, from its latest moment on.
func (tx *Tx) PutPhoto(sha string, jpeg []byte, now time.Time) error {
	return wrap(tx.putFile(sha, jpeg, false, now), "keep photo")
}

// Photo gives the JPEG of a SHA-256. It fails with ErrNotFound when there is none.
func (tx *Tx) Photo(sha string) ([]byte, error) {
	jpeg, err := tx.file(sha, false)
	return jpeg, wrap(err, "photo")
}

// PhotoFile gives the network's own id of a photo that an account has sent before; empty: none.
func (tx *Tx) PhotoFile(sha string, account int64) (string, error) {
	var files []string
	err := tx.db.Raw("SELECT file FROM photo_files WHERE sha256 = ? AND account_id = ?", sha, account).Scan(&files).Error
	if err != nil || len(files) == 0 {
		return "", wrap(err, "photo file")
	}
	return files[0], nil
}

// SetPhotoFile remembers the network's id of a photo; an empty one forgets it.
func (tx *Tx) SetPhotoFile(sha string, account int64, file string) error {
	if file == "" {
		err := tx.db.Exec("DELETE FROM photo_files WHERE sha256 = ? AND account_id = ?", sha, account).Error
		return wrap(err, "forget photo file")
	}
	err := tx.db.Exec(`INSERT INTO photo_files (sha256, account_id, file) SELECT sha256, ?, ? FROM files WHERE sha256 = ? AND NOT sealed
		ON CONFLICT (sha256, account_id) DO UPDATE SET file = excluded.file`, account, file, sha).Error
	return wrap(err, "remember photo file")
}

// ErasePhotos takes their photos from the alerts that ended, by an outcome, a withdrawal or because they can have none,
// before a moment, and erases the photos older than that which nothing shows any more, with the networks' ids of them. A
// photo of an alert that still waits for its outcome stays, however old it is.
func (tx *Tx) ErasePhotos(before time.Time) error {
	ms := millis(before)
	err := tx.db.Exec(`UPDATE alerts SET photo = '' WHERE photo <> '' AND created_at < ? AND withdrawn_at < ? AND state IN ('sent', 'returned', 'withdrawn')
		AND NOT EXISTS (SELECT 1 FROM followups WHERE followups.alert_id = alerts.id AND (followups.closed_at = 0 OR followups.closed_at >= ?))
		AND NOT EXISTS (SELECT 1 FROM outcomes WHERE outcomes.alert_id = alerts.id AND outcomes.created_at >= ?)`, ms, ms, ms, ms).Error
	if err != nil {
		return wrap(err, "take photos from alerts")
	}
	err = tx.db.Exec(`DELETE FROM files WHERE NOT sealed AND created_at < ? AND NOT EXISTS (SELECT 1 FROM alerts WHERE alerts.photo = files.sha256)
		AND NOT EXISTS (SELECT 1 FROM signs WHERE signs.photo = files.sha256)`, ms).Error
	return wrap(err, "erase photos")
}
