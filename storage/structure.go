package storage

import (
	"fmt"
	"slices"
	"strings"
)

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
	return tx.importNeighbours(s.Municipalities) // last: they may stand in a municipality further on
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

// importNeighbours keeps adjacency both ways: who names a neighbour is its neighbour too. Of two areas that are both
// imported, those are neighbours that the import says are.
func (tx *Tx) importNeighbours(all []MunicipalityEntry) error {
	index, err := tx.areaIndex()
	if err != nil {
		return err
	}
	wanted := map[int64][]int64{} // by area; an imported area without neighbours has an entry too
	for _, m := range all {
		for _, a := range m.Areas {
			own, err := index.find(a.Name, m.Name)
			if err != nil {
				return err
			}
			wanted[own] = slices.Clip(wanted[own])
			for _, name := range a.Neighbours {
				other, err := index.find(name, m.Name)
				if err != nil {
					return fmt.Errorf("area %s: neighbour %w", a.Name, err)
				}
				if other != own {
					wanted[own] = append(wanted[own], other)
				}
			}
		}
	}
	if err := tx.dropNeighbours(wanted); err != nil {
		return err
	}
	for own, others := range wanted {
		for _, other := range others {
			q := "INSERT INTO area_neighbours (area_id, neighbour_id) VALUES (?, ?), (?, ?) ON CONFLICT DO NOTHING"
			if err := tx.db.Exec(q, own, other, other, own).Error; err != nil {
				return wrap(err, "import neighbours")
			}
		}
	}
	return nil
}

// dropNeighbours takes away the adjacency of areas that both stand in wanted, and of which neither names the other.
func (tx *Tx) dropNeighbours(wanted map[int64][]int64) error {
	for own := range wanted {
		var others []int64
		if err := tx.db.Raw("SELECT neighbour_id FROM area_neighbours WHERE area_id = ?", own).Scan(&others).Error; err != nil {
			return wrap(err, "import neighbours")
		}
		for _, other := range others {
			named, imported := wanted[other]
			if !imported || slices.Contains(named, own) || slices.Contains(wanted[own], other) {
				continue
			}
			if err := tx.db.Exec("DELETE FROM area_neighbours WHERE area_id = ? AND neighbour_id = ?", own, other).Error; err != nil {
				return wrap(err, "import neighbours")
			}
		}
	}
	return nil
}

// areaIndex has all areas by name and by full name, folded: an import may have thousands.
type areaIndex map[string][]Area

func (tx *Tx) areaIndex() (areaIndex, error) {
	all, err := tx.Areas()
	if err != nil {
		return nil, err
	}
	index := areaIndex{}
	for _, a := range all {
		name, full := Fold(a.Name), Fold(a.Full())
		index[name] = append(index[name], a)
		if full != name {
			index[full] = append(index[full], a)
		}
	}
	return index, nil
}

// find gives the area of exactly that name, the one in the given municipality before others. It fails with ErrNotFound.
func (x areaIndex) find(name, municipality string) (int64, error) {
	found := x[Fold(name)]
	for _, a := range found {
		if len(found) == 1 || a.Municipality == municipality {
			return a.ID, nil
		}
	}
	if len(found) > 1 {
		all := make([]string, len(found))
		for i, a := range found {
			all[i] = a.Full()
		}
		return 0, fmt.Errorf("%q may be %s: write it in full: %w", name, strings.Join(all, " or "), ErrNotFound)
	}
	return 0, fmt.Errorf("%q: %w", name, ErrNotFound)
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
