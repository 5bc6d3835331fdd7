package storage

import "time"

// RoleName is what somebody is for the bot (domain.md, section 2).
type RoleName string

// The roles that are given by invitation. A resident has none; a group admin is who registered a group.
const (
	Officer         RoleName = "officer"
	OpCo            RoleName = "opco"
	Portfolio       RoleName = "portfolio"
	Keeper          RoleName = "keeper"
	Coordinator     RoleName = "coordinator"
	DistrictManager RoleName = "districtmanager"
	ControlRoom     RoleName = "controlroom"
	Enforcement     RoleName = "enforcement"
)

// RoleNames are all roles, in the order in which they are listed.
var RoleNames = []RoleName{Officer, OpCo, Portfolio, Keeper, Coordinator, DistrictManager, ControlRoom, Enforcement}

// Role is one role of one person in one scope, until it ends.
type Role struct {
	ID        int64
	PersonID  int64
	Role      RoleName
	Scope     `gorm:"embedded"`
	GrantedBy *int64
	GrantedAt int64
	EndedAt   int64 // UTC milliseconds; 0: holds
}

// RolesOf are the roles that a person holds now.
func (tx *Tx) RolesOf(person int64) ([]Role, error) {
	var out []Role
	err := tx.db.Raw("SELECT * FROM roles WHERE person_id = ? AND ended_at = 0 ORDER BY id", person).Scan(&out).Error
	return out, wrap(err, "roles")
}

// AllRoles are all roles that hold now, by person.
func (tx *Tx) AllRoles() ([]Role, error) {
	var out []Role
	err := tx.db.Raw("SELECT * FROM roles WHERE ended_at = 0 ORDER BY person_id, id").Scan(&out).Error
	return out, wrap(err, "all roles")
}

// GrantRole gives a person a role; the same role in the same scope is given once.
func (tx *Tx) GrantRole(r Role) error {
	have, err := tx.RolesOf(r.PersonID)
	if err != nil {
		return err
	}
	for _, h := range have {
		if h.Role == r.Role && h.same(r.Scope) {
			return nil
		}
	}
	return wrap(tx.db.Create(&r).Error, "grant role")
}

// EndRoles ends roles at once.
func (tx *Tx) EndRoles(ids []int64, now time.Time) error {
	if len(ids) == 0 {
		return nil
	}
	return wrap(tx.db.Exec("UPDATE roles SET ended_at = ? WHERE id IN ? AND ended_at = 0", millis(now), ids).Error, "end roles")
}

// Holders are the people who hold one of these roles over an area, each once, in the order of their ids: for the area
// itself, for its municipality, or for the team that works there.
func (tx *Tx) Holders(area int64, names ...RoleName) ([]int64, error) {
	var out []int64
	err := tx.db.Raw(`SELECT DISTINCT roles.person_id FROM roles JOIN areas ON areas.id = ?
		WHERE roles.ended_at = 0 AND roles.role IN ? AND
		(roles.area_id = areas.id OR roles.municipality_id = areas.municipality_id OR roles.team_id = areas.team_id)
		ORDER BY roles.person_id`, area, names).Scan(&out).Error
	return out, wrap(err, "holders of a role")
}

// Colleagues are the people who hold one of these roles where the teams of some areas work, or over those areas, each
// once, in the order of their ids.
func (tx *Tx) Colleagues(areas []int64, names ...RoleName) ([]int64, error) {
	var out []int64
	err := tx.db.Raw(`SELECT DISTINCT roles.person_id FROM areas own
		JOIN areas ON areas.id = own.id OR areas.team_id = own.team_id
		JOIN roles ON roles.area_id = areas.id OR roles.municipality_id = areas.municipality_id OR roles.team_id = areas.team_id
		WHERE own.id IN ? AND roles.ended_at = 0 AND roles.role IN ? ORDER BY roles.person_id`, areas, names).Scan(&out).Error
	return out, wrap(err, "colleagues")
}

func (s Scope) same(o Scope) bool {
	return equal(s.AreaID, o.AreaID) && equal(s.MunicipalityID, o.MunicipalityID) && equal(s.TeamID, o.TeamID) && equal(s.DistrictID, o.DistrictID)
}

func equal(a, b *int64) bool {
	return a == b || a != nil && b != nil && *a == *b
}
