package storage

import (
	"time"
)

// SignStatus is how far an application for signs is.
type SignStatus string

// The states of an application. It ends placed or declined.
const (
	SignAsked    SignStatus = "asked"
	SignPlanned  SignStatus = "planned"
	SignPlaced   SignStatus = "placed"
	SignDeclined SignStatus = "declined"
)

// The advice of the police on an application.
const (
	AdviceFor     = "for"
	AdviceAgainst = "against"
)

// Sign is an application for signs at one spot, and what became of it (R14).
type Sign struct {
	ID         int64
	AreaID     int64
	PersonID   *int64 // who applied; nil: that person was erased
	Place      string
	Latitude   *float64 // WGS 84 degrees; nil: not known
	Longitude  *float64
	Reason     string // breakins, approach, other
	Words      string // with the reason other
	Count      int    // signs
	Photo      string // SHA-256, hex; empty: none
	JoinsID    *int64 // the application nearby that this one joins: it goes as that one goes
	Status     SignStatus
	Advice     string // AdviceFor, AdviceAgainst; empty: not given yet
	AdviceText string
	AdvisedAt  int64  // UTC milliseconds
	Decision   string // the date for which it is planned, as typed, or the reason why it was declined
	DecidedAt  int64
	CreatedAt  int64
}

// AddSign keeps an application and gives it its number.
func (tx *Tx) AddSign(s Sign) (Sign, error) {
	err := tx.db.Create(&s).Error
	return s, wrap(err, "add sign")
}

// Sign finds an application by its number.
func (tx *Tx) Sign(id int64) (Sign, error) {
	var s Sign
	err := tx.db.Raw("SELECT * FROM signs WHERE id = ?", id).Take(&s).Error
	return s, notFound(err, "sign")
}

// SignsOf are the applications of a person, the newest first.
func (tx *Tx) SignsOf(person int64) ([]Sign, error) {
	return tx.signs("WHERE person_id = ? ORDER BY id DESC", person)
}

// SignsIn are the applications in areas with one of these states, the oldest first. Those that join another one are left out.
func (tx *Tx) SignsIn(areas []int64, states ...SignStatus) ([]Sign, error) {
	return tx.signs("WHERE area_id IN ? AND status IN ? AND joins_id IS NULL ORDER BY id", areas, states)
}

// SignsToAdvise are the open applications in areas on which the police gave no advice yet, the oldest first.
func (tx *Tx) SignsToAdvise(areas []int64) ([]Sign, error) {
	return tx.signs("WHERE area_id IN ? AND status = ? AND advice = '' AND joins_id IS NULL ORDER BY id", areas, SignAsked)
}

// Joined are the applications that join one, the oldest first.
func (tx *Tx) Joined(id int64) ([]Sign, error) { return tx.signs("WHERE joins_id = ? ORDER BY id", id) }

func (tx *Tx) signs(where string, args ...any) ([]Sign, error) {
	var out []Sign
	err := tx.db.Raw("SELECT * FROM signs "+where, args...).Scan(&out).Error
	return out, wrap(err, "signs")
}

// SignNear finds the planned or placed sign of a municipality that is nearest to a place and at most so many metres away,
// and how far that is. It fails with ErrNotFound when there is none.
func (tx *Tx) SignNear(municipality int64, latitude, longitude, within float64) (Sign, float64, error) {
	all, err := tx.signs(`WHERE area_id IN (SELECT id FROM areas WHERE municipality_id = ?) AND status IN ? AND joins_id IS NULL
		AND latitude IS NOT NULL ORDER BY id`, municipality, []SignStatus{SignPlanned, SignPlaced})
	best, found := within, Sign{}
	for _, s := range all {
		if d := Metres(latitude, longitude, *s.Latitude, *s.Longitude); d <= best && (found.ID == 0 || d < best) {
			best, found = d, s
		}
	}
	if err == nil && found.ID == 0 {
		err = ErrNotFound
	}
	return found, best, err
}

// Advise keeps the advice of the police. It gives false when the application was decided before.
func (tx *Tx) Advise(id int64, advice, text string, now time.Time) (bool, error) {
	res := tx.db.Exec("UPDATE signs SET advice = ?, advice_text = ?, advised_at = ? WHERE id = ? AND status = ?", advice, text, millis(now), id, SignAsked)
	return res.RowsAffected == 1, wrap(res.Error, "advise on a sign")
}

// Decide moves an application and those that join it on from one state to another. It gives false when it was not in
// that state any more.
func (tx *Tx) Decide(id int64, from, to SignStatus, decision string, now time.Time) (bool, error) {
	res := tx.db.Exec("UPDATE signs SET status = ?, decision = ?, decided_at = ? WHERE id = ? AND status = ?", to, decision, millis(now), id, from)
	if res.Error != nil || res.RowsAffected == 0 {
		return false, wrap(res.Error, "decide on a sign")
	}
	err := tx.db.Exec("UPDATE signs SET status = ?, decision = ?, decided_at = ? WHERE joins_id = ?", to, decision, millis(now), id).Error
	return true, wrap(err, "decide on joined signs")
}

// SignsCap is how many signs a municipality's plan allows; 0: it has no plan.
func (tx *Tx) SignsCap(municipality int64) (int, error) {
	var n int
	err := tx.db.Raw("SELECT signs_cap FROM municipalities WHERE id = ?", municipality).Row().Scan(&n)
	return n, wrap(err, "cap of signs")
}
