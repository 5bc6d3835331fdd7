package storage

import "time"

// Note is a line that an officer wrote for the weekly summary.
type Note struct {
	ID        int64
	PersonID  *int64 // who wrote it; nil: that person was erased
	Text      string
	CreatedAt int64 // UTC milliseconds
	AreaID    int64 `gorm:"->"` // in whose summary it waits; read by WaitingNotes alone
}

// noteArea is one area in whose summary a note waits.
type noteArea struct{ NoteID, AreaID int64 }

// AddNote keeps a note for the next summary of some areas.
func (tx *Tx) AddNote(n Note, areas []int64) (Note, error) {
	if err := tx.db.Create(&n).Error; err != nil {
		return n, wrap(err, "add note")
	}
	rows := make([]noteArea, len(areas))
	for i, a := range areas {
		rows[i] = noteArea{n.ID, a}
	}
	return n, wrap(tx.db.Create(&rows).Error, "add note")
}

// Note finds a note by its id.
func (tx *Tx) Note(id int64) (Note, error) {
	var n Note
	err := tx.db.Raw("SELECT * FROM notes WHERE id = ?", id).Take(&n).Error
	return n, notFound(err, "note")
}

// DropNote takes a note back wherever no summary has told it yet. It gives false when it was told everywhere.
func (tx *Tx) DropNote(id int64) (bool, error) {
	res := tx.db.Exec("DELETE FROM note_areas WHERE note_id = ? AND summary_id IS NULL", id)
	if res.Error != nil || res.RowsAffected == 0 {
		return false, wrap(res.Error, "drop note")
	}
	err := tx.db.Exec("DELETE FROM notes WHERE id = ? AND NOT EXISTS (SELECT 1 FROM note_areas WHERE note_areas.note_id = notes.id)", id).Error
	return true, wrap(err, "drop note")
}

const waitingNotes = `FROM note_areas JOIN notes ON notes.id = note_areas.note_id
	WHERE note_areas.summary_id IS NULL AND notes.created_at >= ? `

// WaitingNotes are the notes written since from that wait in these areas, the oldest first: once for each area in
// which they wait.
func (tx *Tx) WaitingNotes(areas []int64, from time.Time) ([]Note, error) {
	var out []Note
	err := tx.db.Raw("SELECT notes.*, note_areas.area_id "+waitingNotes+"AND note_areas.area_id IN ? ORDER BY notes.id, note_areas.area_id",
		millis(from), areas).Scan(&out).Error
	return out, wrap(err, "waiting notes")
}

// NotedAreas are the areas in which notes wait that were written since from.
func (tx *Tx) NotedAreas(from time.Time) ([]int64, error) {
	var out []int64
	err := tx.db.Raw("SELECT DISTINCT note_areas.area_id "+waitingNotes, millis(from)).Scan(&out).Error
	return out, wrap(err, "areas with notes")
}
