// Package exchange reads and writes the register's files: the TOML file with the structure of police and
// municipalities, and the sample district.
package exchange

import (
	"context"
	_ "embed" // the sample
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/BurntSushi/toml"

	"github.com/buurtbode/buurtbode/storage"
)

// sample is the district Leiden-Bollenstreek in May 2018, with the figures of the guide.
//
//go:embed sample.toml
var sample string

// maxFile is the largest file that is read, in bytes.
const maxFile = 4 << 20

// file is the form of the TOML file; docs/import.md shows one.
type file struct {
	District     []district     `toml:"district"`
	Team         []team         `toml:"team"`
	Municipality []municipality `toml:"municipality"`
}

type district struct {
	Name string `toml:"name"`
	Unit string `toml:"unit"`
}

type team struct {
	Name     string `toml:"name"`
	District string `toml:"district"`
}

type municipality struct {
	Name        string `toml:"name"`
	District    string `toml:"district"`
	Team        string `toml:"team"`
	Inhabitants int    `toml:"inhabitants"`
	Year        int    `toml:"year"`
	Overview    string `toml:"overview"`
	Groups      int    `toml:"sample_groups"`
	Signs       int    `toml:"signs"` // how many the plan allows
	Area        []area `toml:"area"`
}

type area struct {
	Name       string   `toml:"name"`
	Team       string   `toml:"team"`
	Postcodes  []string `toml:"postcodes"`
	Places     []string `toml:"places"`
	Neighbours []string `toml:"neighbours"`
	Latitude   *float64 `toml:"latitude"`
	Longitude  *float64 `toml:"longitude"`
}

// Report counts what an import brought.
type Report struct{ Districts, Teams, Municipalities, Areas, Groups int }

// String is the report in a line.
func (r Report) String() string {
	s := fmt.Sprintf("imported %d district(s), %d team(s), %d municipalities, %d areas", r.Districts, r.Teams, r.Municipalities, r.Areas)
	if r.Groups > 0 {
		s += fmt.Sprintf(", %d sample groups (buurtbode import --remove-sample takes these out again)", r.Groups)
	}
	return s
}

// Import reads a TOML file and brings the database up to it, all or nothing. The errors say what to mend, and where.
func Import(ctx context.Context, s *storage.Store, r io.Reader) (Report, error) {
	return importFrom(ctx, s, io.LimitReader(r, maxFile), false)
}

// ImportSample brings in the sample district: one team, the eleven municipalities, adjacency, and the 195 groups as
// bare verified entries.
func ImportSample(ctx context.Context, s *storage.Store) (Report, error) {
	return importFrom(ctx, s, strings.NewReader(sample), true)
}

// RemoveSample takes the sample's groups out of the register, and gives their number.
func RemoveSample(ctx context.Context, s *storage.Store) (n int, err error) {
	err = s.Write(ctx, func(tx *storage.Tx) error {
		n, err = tx.RemoveSampleGroups()
		return err
	})
	return n, err
}

func importFrom(ctx context.Context, s *storage.Store, r io.Reader, groups bool) (Report, error) {
	f, err := read(r)
	if err != nil {
		return Report{}, err
	}
	structure, report := f.structure()
	err = s.Write(ctx, func(tx *storage.Tx) error {
		if err := tx.Import(structure); err != nil {
			return err
		}
		report.Groups = 0
		for _, m := range f.Municipality {
			if !groups || m.Groups == 0 {
				continue
			}
			report.Groups += m.Groups
			if err := tx.SampleGroups(m.Name, m.Groups, time.Date(m.Year, time.May, 1, 0, 0, 0, 0, time.UTC)); err != nil {
				return err
			}
		}
		return nil
	})
	return report, err
}

// read parses and checks a file.
func read(r io.Reader) (file, error) {
	var f file
	meta, err := toml.NewDecoder(r).Decode(&f)
	if err != nil {
		return f, fmt.Errorf("the file is no good TOML: %w", err)
	}
	if extra := meta.Undecoded(); len(extra) > 0 {
		return f, fmt.Errorf("the file has %q, which means nothing here: docs/import.md shows what can stand in it", extra[0].String())
	}
	return f, f.check()
}

func (f file) check() error {
	teams := map[string]bool{"": true}
	for _, t := range f.Team {
		teams[t.Name] = true
	}
	if len(f.Municipality) == 0 {
		return fmt.Errorf("the file has no [[municipality]]")
	}
	for i, m := range f.Municipality {
		switch {
		case m.Name == "":
			return fmt.Errorf("municipality %d has no name", i+1)
		case m.Inhabitants < 0 || m.Year < 0 || m.Signs < 0:
			return fmt.Errorf("municipality %s: inhabitants, year and signs can't be below 0", m.Name)
		case len(m.Area) == 0:
			return fmt.Errorf("municipality %s has no area: give it at least one [[municipality.area]], with its own name", m.Name)
		case !teams[m.Team]:
			return fmt.Errorf("municipality %s: there is no [[team]] called %q in the file", m.Name, m.Team)
		}
		for _, a := range m.Area {
			if err := a.check(teams); err != nil {
				return fmt.Errorf("municipality %s: %w", m.Name, err)
			}
		}
	}
	return nil
}

func (a area) check(teams map[string]bool) error {
	switch {
	case a.Name == "":
		return fmt.Errorf("an area has no name")
	case !teams[a.Team]:
		return fmt.Errorf("area %s: there is no [[team]] called %q in the file", a.Name, a.Team)
	case (a.Latitude == nil) != (a.Longitude == nil):
		return fmt.Errorf("area %s: give both latitude and longitude, or neither", a.Name)
	case a.Latitude != nil && (*a.Latitude < -90 || *a.Latitude > 90 || *a.Longitude < -180 || *a.Longitude > 180):
		return fmt.Errorf("area %s: latitude and longitude are in degrees, such as 52.26 and 4.56", a.Name)
	}
	for _, p := range a.Postcodes {
		if len(p) != 4 || strings.Trim(p, "0123456789") != "" {
			return fmt.Errorf("area %s: %q is no postcode of four digits", a.Name, p)
		}
	}
	return nil
}

func (f file) structure() (storage.Structure, Report) {
	s, r := storage.Structure{}, Report{Districts: len(f.District), Teams: len(f.Team), Municipalities: len(f.Municipality)}
	for _, d := range f.District {
		s.Districts = append(s.Districts, storage.DistrictEntry(d))
	}
	for _, t := range f.Team {
		s.Teams = append(s.Teams, storage.TeamEntry(t))
	}
	for _, m := range f.Municipality {
		entry := storage.MunicipalityEntry{
			Name: m.Name, District: m.District, Team: m.Team, Overview: m.Overview, Inhabitants: m.Inhabitants, Year: m.Year,
			Signs: m.Signs,
		}
		for _, a := range m.Area {
			entry.Areas = append(entry.Areas, storage.AreaEntry{
				Name: a.Name, Team: a.Team, Postcodes: a.Postcodes, Places: a.Places, Neighbours: a.Neighbours,
				Latitude: a.Latitude, Longitude: a.Longitude,
			})
		}
		r.Areas += len(m.Area)
		s.Municipalities = append(s.Municipalities, entry)
	}
	return s, r
}
