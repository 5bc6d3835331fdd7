package storage

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"
)

// Area is a part of a municipality: a neighbourhood, a village or a shopping area.
type Area struct {
	ID             int64
	MunicipalityID int64
	TeamID         *int64
	Name           string
	Latitude       *float64 // WGS 84 degrees
	Longitude      *float64
	Municipality   string `gorm:"->"` // its name
}

// Full is the name with the municipality where the two differ: "Sassenheim (Teylingen)".
func (a Area) Full() string {
	if a.Name == a.Municipality {
		return a.Name
	}
	return a.Name + " (" + a.Municipality + ")"
}

// Municipality is a gemeente.
type Municipality struct {
	ID          int64
	Name        string
	Inhabitants int
	Year        int    // of the number of inhabitants
	Overview    string // where the overview of groups is kept
	DistrictID  *int64
}

// Team is a basisteam of the police.
type Team struct {
	ID         int64
	Name       string
	DistrictID *int64
	Approval   string // when a second pair of eyes looks at an alert: always, or off; empty: beyond the own area
}

// District is a district of a police unit.
type District struct {
	ID         int64
	Name, Unit string
}

// Districts are all districts by id.
func (tx *Tx) Districts() ([]District, error) {
	var out []District
	err := tx.db.Raw("SELECT * FROM districts ORDER BY id").Scan(&out).Error
	return out, wrap(err, "districts")
}

// District finds a district by its id.
func (tx *Tx) District(id int64) (District, error) {
	var d District
	err := tx.db.Raw("SELECT * FROM districts WHERE id = ?", id).Take(&d).Error
	return d, notFound(err, "district")
}

const areaColumns = "SELECT areas.*, municipalities.name AS municipality FROM areas JOIN municipalities ON municipalities.id = areas.municipality_id "

// Area finds an area by its id.
func (tx *Tx) Area(id int64) (Area, error) {
	var a Area
	err := tx.db.Raw(areaColumns+"WHERE areas.id = ?", id).Take(&a).Error
	return a, notFound(err, "area")
}

// Areas are all areas, sorted as Dutch names are.
func (tx *Tx) Areas() ([]Area, error) { return tx.areas("") }

// AreasByID are the areas with these ids, sorted by name.
func (tx *Tx) AreasByID(ids []int64) ([]Area, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	return tx.areas("WHERE areas.id IN ?", ids)
}

// AreasOfMunicipality are the areas of a municipality, sorted by name.
func (tx *Tx) AreasOfMunicipality(id int64) ([]Area, error) {
	return tx.areas("WHERE areas.municipality_id = ?", id)
}

// AreasOfTeam are the areas that a police team works in, sorted by name.
func (tx *Tx) AreasOfTeam(id int64) ([]Area, error) { return tx.areas("WHERE areas.team_id = ?", id) }

// AreasOfDistrict are the areas of a police district, sorted by name: those of its teams, and those of its municipalities in
// which no team of another district works.
func (tx *Tx) AreasOfDistrict(id int64) ([]Area, error) {
	return tx.areas(`LEFT JOIN teams ON teams.id = areas.team_id WHERE teams.district_id = ? OR teams.district_id IS NULL AND municipalities.district_id = ?`, id, id)
}

// Neighbours are the areas next to an area, sorted by name.
func (tx *Tx) Neighbours(id int64) ([]Area, error) {
	return tx.areas("WHERE areas.id IN (SELECT neighbour_id FROM area_neighbours WHERE area_id = ?)", id)
}

func (tx *Tx) areas(where string, args ...any) ([]Area, error) {
	var out []Area
	if err := tx.db.Raw(areaColumns+where, args...).Scan(&out).Error; err != nil {
		return nil, wrap(err, "areas")
	}
	folded := make(map[int64][2]string, len(out)) // once each: there may be thousands
	for _, a := range out {
		folded[a.ID] = [2]string{Fold(a.Name), Fold(a.Municipality)}
	}
	slices.SortFunc(out, func(a, b Area) int { // always the same: people answer by number
		x, y := folded[a.ID], folded[b.ID]
		return cmp.Or(strings.Compare(x[0], y[0]), strings.Compare(x[1], y[1]), cmp.Compare(a.ID, b.ID))
	})
	return out, nil
}

// Municipality finds a municipality by its id.
func (tx *Tx) Municipality(id int64) (Municipality, error) {
	var m Municipality
	err := tx.db.Raw("SELECT * FROM municipalities WHERE id = ?", id).Take(&m).Error
	return m, notFound(err, "municipality")
}

// Municipalities are all municipalities, in the order in which they were imported.
func (tx *Tx) Municipalities() ([]Municipality, error) {
	var out []Municipality
	err := tx.db.Raw("SELECT * FROM municipalities ORDER BY id").Scan(&out).Error
	return out, wrap(err, "municipalities")
}

// Team finds a team by its id.
func (tx *Tx) Team(id int64) (Team, error) {
	var t Team
	err := tx.db.Raw("SELECT * FROM teams WHERE id = ?", id).Take(&t).Error
	return t, notFound(err, "team")
}

// Teams are all teams by id.
func (tx *Tx) Teams() ([]Team, error) {
	var out []Team
	err := tx.db.Raw("SELECT * FROM teams ORDER BY id").Scan(&out).Error
	return out, wrap(err, "teams")
}

// FindAreas gives the areas that somebody may mean: a postcode (four digits, letters ignored), a name, a place in it,
// or a municipality. An exact match of an area's name wins, then of a place, then of a municipality, then names that
// begin with the words. Without accents and case.
func (tx *Tx) FindAreas(words string) ([]Area, error) {
	if code := postcode(words); code != "" {
		return tx.areas("WHERE areas.id IN (SELECT area_id FROM area_postcodes WHERE postcode = ?)", code)
	}
	key := Fold(words)
	if key == "" {
		return nil, nil
	}
	all, err := tx.Areas()
	if err != nil {
		return nil, err
	}
	places, err := tx.places()
	if err != nil {
		return nil, err
	}
	for _, match := range []func(a Area) bool{
		func(a Area) bool { return Fold(a.Name) == key || Fold(a.Full()) == key },
		func(a Area) bool { return slices.Contains(places[a.ID], key) },
		func(a Area) bool { return Fold(a.Municipality) == key },
		func(a Area) bool {
			return len(key) > 2 && (strings.HasPrefix(Fold(a.Name), key) ||
				slices.ContainsFunc(places[a.ID], func(p string) bool { return strings.HasPrefix(p, key) }))
		},
	} {
		var found []Area
		for _, a := range all {
			if match(a) {
				found = append(found, a)
			}
		}
		if len(found) > 0 {
			return found, nil
		}
	}
	return nil, nil
}

func (tx *Tx) places() (map[int64][]string, error) {
	var rows []struct {
		AreaID int64
		Place  string
	}
	err := tx.db.Raw("SELECT area_id, place FROM area_places").Scan(&rows).Error
	out := map[int64][]string{}
	for _, r := range rows {
		out[r.AreaID] = append(out[r.AreaID], Fold(r.Place))
	}
	return out, wrap(err, "places")
}

// nearby is how much farther than the nearest centre, as a factor, an area may be to be offered as well.
const nearby = 1.5

// farthest is how far, in metres, an area's centre may be from a shared location to be meant by it.
const farthest = 15_000

// AreasNear gives the area whose centre is nearest to a place, and those that are hardly farther. Degrees, WGS 84.
func (tx *Tx) AreasNear(latitude, longitude float64) ([]Area, error) {
	all, err := tx.areas("WHERE areas.latitude IS NOT NULL")
	if err != nil {
		return nil, err
	}
	metres := func(a Area) float64 { return Metres(latitude, longitude, *a.Latitude, *a.Longitude) }
	slices.SortStableFunc(all, func(a, b Area) int { return int(metres(a) - metres(b)) })
	var out []Area
	for _, a := range all {
		if d := metres(a); d > farthest || d > nearby*metres(all[0])+200 || len(out) == 5 {
			break
		}
		out = append(out, a)
	}
	return out, nil
}

// Metres is the distance between two places on the globe, in metres (haversine, mean radius 6,371 km).
func Metres(lat1, lon1, lat2, lon2 float64) float64 {
	rad := math.Pi / 180
	dLat, dLon := (lat2-lat1)*rad, (lon2-lon1)*rad
	h := math.Pow(math.Sin(dLat/2), 2) + math.Cos(lat1*rad)*math.Cos(lat2*rad)*math.Pow(math.Sin(dLon/2), 2)
	return 2 * 6_371_000 * math.Asin(math.Min(1, math.Sqrt(h)))
}

// postcode gives the four digits of a Dutch postcode, or nothing.
func postcode(s string) string {
	s = strings.ReplaceAll(strings.TrimSpace(s), " ", "")
	if len(s) != 4 && len(s) != 6 {
		return ""
	}
	for i, r := range s {
		if i < 4 && (r < '0' || r > '9') || i >= 4 && !unicode.IsLetter(r) {
			return ""
		}
	}
	return s[:4]
}

// Fold makes names comparable: lower case, no accents, single spaces.
func Fold(s string) string {
	t := transform.Chain(norm.NFD, runes.Remove(runes.In(unicode.Mn)), norm.NFC)
	plain, _, err := transform.String(t, s)
	if err != nil {
		plain = s
	}
	return strings.Join(strings.Fields(strings.ToLower(plain)), " ")
}

// Scope is where a role holds: one of an area, a municipality, a team or a district.
type Scope struct {
	AreaID, MunicipalityID, TeamID, DistrictID *int64
}

// AreaIDs are the areas inside a scope.
func (tx *Tx) AreaIDs(s Scope) ([]int64, error) {
	var areas []Area
	var err error
	switch {
	case s.AreaID != nil:
		return []int64{*s.AreaID}, nil
	case s.MunicipalityID != nil:
		areas, err = tx.AreasOfMunicipality(*s.MunicipalityID)
	case s.TeamID != nil:
		areas, err = tx.AreasOfTeam(*s.TeamID)
	case s.DistrictID != nil:
		areas, err = tx.AreasOfDistrict(*s.DistrictID)
	}
	ids := make([]int64, len(areas))
	for i, a := range areas {
		ids[i] = a.ID
	}
	return ids, err
}

// ScopeName is the name of the area, municipality, team or district.
func (tx *Tx) ScopeName(s Scope) (string, error) {
	switch {
	case s.AreaID != nil:
		a, err := tx.Area(*s.AreaID)
		return a.Full(), err
	case s.MunicipalityID != nil:
		m, err := tx.Municipality(*s.MunicipalityID)
		return m.Name, err
	case s.TeamID != nil:
		t, err := tx.Team(*s.TeamID)
		return t.Name, err
	case s.DistrictID != nil:
		d, err := tx.District(*s.DistrictID)
		return d.Name, err
	}
	return "", fmt.Errorf("scope: %w", ErrNotFound)
}

// MainAreas are the areas that bear their municipality's name, by municipality: the admin group of one is the
// municipality's, used for areas without one of their own.
func (tx *Tx) MainAreas() (map[int64]Area, error) {
	all, err := tx.areas("WHERE areas.name = municipalities.name")
	out := make(map[int64]Area, len(all))
	for _, a := range all {
		out[a.MunicipalityID] = a
	}
	return out, err
}
