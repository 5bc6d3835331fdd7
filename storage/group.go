package storage

import (
	"fmt"
	"time"
)

// GroupStatus is how far a registration is.
type GroupStatus string

// The states of a registration. Only verified groups are listed and counted.
const (
	Unverified GroupStatus = "unverified"
	Verified   GroupStatus = "verified"
	Declined   GroupStatus = "declined"
)

// Group is a registered neighbourhood group (R9, R11, R16). The bot is not in it.
type Group struct {
	ID         int64
	AreaID     int64
	Name       string
	Kind       string // residents, entrepreneurs
	Use        string // narrow, broad, mixed
	Platform   string // whatsapp, telegram, signal, other
	Members    int
	Public     bool   // may stand on the public list
	Phone      []byte // sealed, E.164; nil: none
	PhoneHash  []byte
	PersonID   *int64 // its admin
	Status     GroupStatus
	Sample     bool
	CreatedAt  int64
	VerifiedAt int64
	VerifiedBy *int64
}

// SaveGroup adds a registration, or, when the same person registered a group of that name in that area before, updates
// that one; then updated is true. What was verified stays so, what was declined waits for a new decision. phone is in
// E.164, or empty.
func (tx *Tx) SaveGroup(g Group, phone string) (saved Group, updated bool, err error) {
	if phone != "" {
		if g.Phone, err = tx.Seal(phone, "phone"); err != nil {
			return g, false, err
		}
		if g.PhoneHash, err = tx.Hash(phone, "phone"); err != nil {
			return g, false, err
		}
	}
	if g.PersonID != nil {
		m, found, err := tx.GroupLike(*g.PersonID, g.AreaID, g.Name)
		if err != nil {
			return g, false, err
		}
		if found {
			g.ID, g.CreatedAt = m.ID, m.CreatedAt
			if m.Status == Verified {
				g.Status, g.VerifiedAt, g.VerifiedBy = m.Status, m.VerifiedAt, m.VerifiedBy
			}
			return g, true, wrap(tx.db.Save(&g).Error, "update group")
		}
	}
	err = tx.db.Create(&g).Error
	return g, false, wrap(err, "add group")
}

// GroupLike finds the group of that name, without case and accents, that a person registered in an area before.
func (tx *Tx) GroupLike(person, area int64, name string) (g Group, found bool, err error) {
	mine, err := tx.GroupsOf(person)
	for _, m := range mine {
		if m.AreaID == area && Fold(m.Name) == Fold(name) {
			return m, true, err
		}
	}
	return g, false, err
}

// Group finds a registration.
func (tx *Tx) Group(id int64) (Group, error) {
	var g Group
	err := tx.db.Raw("SELECT * FROM groups WHERE id = ?", id).Take(&g).Error
	return g, notFound(err, "group")
}

// GroupsOf are the groups that a person registered, the oldest first.
func (tx *Tx) GroupsOf(person int64) ([]Group, error) {
	var out []Group
	err := tx.db.Raw("SELECT * FROM groups WHERE person_id = ? ORDER BY id", person).Scan(&out).Error
	return out, wrap(err, "groups of a person")
}

// GroupsIn are the groups in areas with one of these states, by area and in the order in which they were registered.
func (tx *Tx) GroupsIn(areas []int64, states ...GroupStatus) ([]Group, error) {
	var out []Group
	err := tx.db.Raw("SELECT * FROM groups WHERE area_id IN ? AND status IN ? ORDER BY area_id, id", areas, states).Scan(&out).Error
	return out, wrap(err, "groups")
}

// PhoneOf opens the phone number of a group, in E.164; empty: there is none.
func (tx *Tx) PhoneOf(g Group) (string, error) {
	if len(g.Phone) == 0 {
		return "", nil
	}
	return tx.Unseal(g.Phone, "phone")
}

// SetGroupStatus says that somebody confirmed or declined a registration.
func (tx *Tx) SetGroupStatus(id int64, s GroupStatus, by int64, now time.Time) error {
	err := tx.db.Exec("UPDATE groups SET status = ?, verified_at = ?, verified_by = ? WHERE id = ?", s, millis(now), by, id).Error
	return wrap(err, "set status of a group")
}

// CountGroups counts the verified groups of each municipality, by its id.
func (tx *Tx) CountGroups() (map[int64]int, error) {
	var rows []struct {
		MunicipalityID int64
		N              int
	}
	err := tx.db.Raw(`SELECT areas.municipality_id AS municipality_id, COUNT(*) AS n FROM groups
		JOIN areas ON areas.id = groups.area_id WHERE groups.status = ? GROUP BY areas.municipality_id`, Verified).Scan(&rows).Error
	out := make(map[int64]int, len(rows))
	for _, r := range rows {
		out[r.MunicipalityID] = r.N
	}
	return out, wrap(err, "count groups")
}

// CountGroupsIn counts the verified groups of each of these areas that has any.
func (tx *Tx) CountGroupsIn(areas []int64) (map[int64]int, error) {
	out := map[int64]int{}
	err := tx.pairs("SELECT area_id, COUNT(*) FROM groups WHERE area_id IN ? AND status = ? GROUP BY area_id",
		func(area, n int64) { out[area] = int(n) }, areas, Verified)
	return out, wrap(err, "count groups")
}

// SampleGroups replaces the sample's groups of a municipality's main area by n bare, verified ones.
func (tx *Tx) SampleGroups(municipality string, n int, now time.Time) error {
	index, err := tx.areaIndex()
	if err != nil {
		return err
	}
	area, err := index.find(municipality, municipality)
	if err != nil {
		return fmt.Errorf("sample groups: area %w", err)
	}
	if err := tx.db.Exec("DELETE FROM groups WHERE sample AND area_id = ?", area).Error; err != nil {
		return wrap(err, "replace sample groups")
	}
	groups := make([]Group, n)
	for i := range groups {
		groups[i] = Group{
			AreaID: area, Name: sampleName(municipality, i+1), Kind: "residents", Use: "narrow", Platform: "whatsapp",
			Public: true, Status: Verified, Sample: true, CreatedAt: millis(now), VerifiedAt: millis(now),
		}
	}
	return wrap(tx.db.Create(&groups).Error, "add sample groups")
}

// RemoveSampleGroups takes the sample's groups out, and gives their number.
func (tx *Tx) RemoveSampleGroups() (int, error) {
	res := tx.db.Exec("DELETE FROM groups WHERE sample")
	return int(res.RowsAffected), wrap(res.Error, "remove sample groups")
}

func sampleName(municipality string, n int) string {
	return fmt.Sprintf("Voorbeeldgroep %s %d", municipality, n)
}
