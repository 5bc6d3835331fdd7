package storage

import "fmt"

// Structure is police and municipalities as they are imported: an import updates what has the same name and adds what
// is new; it deletes nothing that something else refers to.
type Structure struct {
	Districts      []DistrictEntry
	Teams          []TeamEntry
	Municipalities []MunicipalityEntry
}

// DistrictEntry is a district of a police unit.
type DistrictEntry struct{ Name, Unit string }

// TeamEntry is a basisteam.
type TeamEntry struct{ Name, District string }

// MunicipalityEntry is a municipality with its areas.
type MunicipalityEntry struct {
	Name, District, Team, Overview string
	Inhabitants, Year              int
	Signs                          int // how many signs the plan allows (R14); 0: no plan
	Areas                          []AreaEntry
}

// AreaEntry is an area. An empty Team means the municipality's. Neighbours are names of areas: "Lisse", or
// "Sassenheim (Teylingen)" where a name is not unique.
type AreaEntry struct {
	Name, Team          string
	Postcodes, Places   []string
	Neighbours          []string
	Latitude, Longitude *float64
}

// Import puts a structure into the database.
func (tx *Tx) Import(s Structure) error {
	for _, d := range s.Districts {
		q := "INSERT INTO districts (name, unit) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET unit = excluded.unit"
		if err := tx.db.Exec(q, d.Name, d.Unit).Error; err != nil {
			return wrap(err, "import district")
		}
	}
	for _, t := range s.Teams {
		district, err := tx.named("districts", t.District)
		if err != nil {
			return err
		}
		q := "INSERT INTO teams (name, district_id) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET district_id = excluded.district_id"
		if err := tx.db.Exec(q, t.Name, district).Error; err != nil {
			return wrap(err, "import team")
		}
	}
	for _, m := range s.Municipalities {
		if err := tx.importMunicipality(m); err != nil {
			return err
		}
	}
	for _, m := range s.Municipalities { // neighbours last: they may stand in a municipality further on
		for _, a := range m.Areas {
			if err := tx.importNeighbours(m, a); err != nil {
				return err
			}
		}
	}
	return nil
}

func (tx *Tx) importMunicipality(m MunicipalityEntry) error {
	district, err := tx.named("districts", m.District)
	if err != nil {
		return err
	}
	var id int64
	err = tx.db.Raw(`INSERT INTO municipalities (name, inhabitants, year, overview, district_id, signs_cap) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (name) DO UPDATE SET inhabitants = excluded.inhabitants, year = excluded.year,
		overview = excluded.overview, district_id = excluded.district_id, signs_cap = excluded.signs_cap RETURNING id`,
		m.Name, m.Inhabitants, m.Year, m.Overview, district, m.Signs).Row().Scan(&id)
	if err != nil {
		return wrap(err, "import municipality")
	}
	for _, a := range m.Areas {
		if a.Team == "" {
			a.Team = m.Team
		}
		if err := tx.importArea(id, a); err != nil {
			return err
		}
	}
	return nil
}

func (tx *Tx) importArea(municipality int64, a AreaEntry) error {
	team, err := tx.named("teams", a.Team)
	if err != nil {
		return err
	}
	var id int64
	err = tx.db.Raw(`INSERT INTO areas (municipality_id, team_id, name, latitude, longitude) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (municipality_id, name) DO UPDATE SET team_id = excluded.team_id,
		latitude = excluded.latitude, longitude = excluded.longitude RETURNING id`,
		municipality, team, a.Name, a.Latitude, a.Longitude).Row().Scan(&id)
	if err != nil {
		return wrap(err, "import area")
	}
	for _, list := range []struct {
		table, column string
		values        []string
	}{{"area_postcodes", "postcode", a.Postcodes}, {"area_places", "place", a.Places}} {
		if err := tx.db.Exec("DELETE FROM "+list.table+" WHERE area_id = ?", id).Error; err != nil {
			return wrap(err, "import area")
		}
		for _, v := range list.values {
			q := "INSERT INTO " + list.table + " (area_id, " + list.column + ") VALUES (?, ?) ON CONFLICT DO NOTHING"
			if err := tx.db.Exec(q, id, v).Error; err != nil {
				return wrap(err, "import area")
			}
		}
	}
	return nil
}

// importNeighbours keeps adjacency both ways: who names a neighbour is its neighbour too.
func (tx *Tx) importNeighbours(m MunicipalityEntry, a AreaEntry) error {
	own, err := tx.areaNamed(a.Name, m.Name)
	if err != nil {
		return err
	}
	for _, name := range a.Neighbours {
		other, err := tx.areaNamed(name, m.Name)
		if err != nil {
			return fmt.Errorf("area %s: neighbour %q: %w", a.Name, name, err)
		}
		for _, pair := range [][2]int64{{own, other}, {other, own}} {
			q := "INSERT INTO area_neighbours (area_id, neighbour_id) VALUES (?, ?) ON CONFLICT DO NOTHING"
			if err := tx.db.Exec(q, pair[0], pair[1]).Error; err != nil {
				return wrap(err, "import neighbours")
			}
		}
	}
	return nil
}

// areaNamed finds an area by name, the one in the given municipality before others.
func (tx *Tx) areaNamed(name, municipality string) (int64, error) {
	found, err := tx.FindAreas(name)
	if err != nil {
		return 0, err
	}
	for _, a := range found {
		if len(found) == 1 || a.Municipality == municipality {
			return a.ID, nil
		}
	}
	return 0, ErrNotFound
}

// named is the id of a row by its name; nil for an empty name.
func (tx *Tx) named(table, name string) (*int64, error) {
	if name == "" {
		return nil, nil
	}
	var row struct{ ID int64 }
	err := tx.db.Raw("SELECT id FROM "+table+" WHERE name = ?", name).Take(&row).Error
	return &row.ID, notFound(err, table+" "+name)
}

// TeamOfArea finds the team that works in an area. It fails with ErrNotFound when none does.
func (tx *Tx) TeamOfArea(area int64) (Team, error) {
	var t Team
	err := tx.db.Raw("SELECT teams.* FROM teams JOIN areas ON areas.team_id = teams.id WHERE areas.id = ?", area).Take(&t).Error
	return t, notFound(err, "team of area")
}

// SetApproval sets when a team wants a second pair of eyes.
func (tx *Tx) SetApproval(team int64, approval string) error {
	return wrap(tx.db.Exec("UPDATE teams SET approval = ? WHERE id = ?", approval, team).Error, "set approval")
}

// MembersIn adds up the members of the verified groups in areas, and counts the groups.
func (tx *Tx) MembersIn(areas []int64) (members, groups int, err error) {
	err = tx.db.Raw("SELECT COALESCE(SUM(members), 0), COUNT(*) FROM groups WHERE status = ? AND area_id IN ?", Verified, areas).Row().Scan(&members, &groups)
	return members, groups, wrap(err, "members")
}
