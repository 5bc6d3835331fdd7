package commands

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/buurtbode/buurtbode/commands/form"
	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
)

const (
	// reasonOther is the reason that is given in own words.
	reasonOther = "other"
	// nearSign is how near, in metres, a planned or placed sign makes another one unlikely.
	nearSign = 150
	// mostSigns is more than anybody needs at one spot.
	mostSigns = 20
)

// The choices where a sign is planned or placed nearby.
const (
	joinSign = "join"
	ownSign  = "own"
)

func signForm() *form.Form[*Turn] {
	return &form.Form[*Turn]{
		Command: "signs", Label: label("signs"), Done: sendSigns,
		Fields: []form.Field[*Turn]{
			{Name: "place", Ask: form.Question[*Turn]("signs.ask.place"), Check: checkSpot, Show: showSpot},
			{Name: "reason", Ask: form.Question[*Turn]("signs.ask.reason"), Choices: form.Pick[*Turn](
				"breakins", "signs.reason.breakins", "approach", "signs.reason.approach", reasonOther, "signs.reason.other")},
			{Name: "words", Ask: form.Question[*Turn]("signs.ask.words"), Check: checkFact, When: func(_ *Turn, s *form.State) (bool, error) {
				return s.Get("reason") == reasonOther, nil
			}},
			{Name: "count", Ask: form.Question[*Turn]("signs.ask.count"), Check: checkSigns},
			{Name: "photo", Ask: form.Question[*Turn]("signs.ask.photo"), Check: checkPhoto, Optional: true, Show: showPhoto},
			{Name: "area", Ask: form.Question[*Turn]("signs.ask.area"), Choices: adminAreaChoices, When: severalAdminAreas},
			{Name: "near", Ask: askNear, When: nearSomething, Choices: form.Pick[*Turn](joinSign, "signs.near.join", ownSign, "signs.near.own")},
			{Name: "send", Ask: signSummary, Choices: confirmation("alert.send"), Confirm: true},
		},
	}
}

// coordinates stand before the text of a spot that was shared as a location.
const coordinates = "@%f,%f"

func checkSpot(t *Turn, s *form.State, a form.Answer) (string, error) {
	text, err := checkWhere(t, s, a)
	if err != nil || a.Place == nil {
		return text, err
	}
	return fmt.Sprintf(coordinates+" %s", a.Place.Latitude, a.Place.Longitude, text), nil
}

// spot is the text of a stored spot, and its coordinates where they are known.
func spot(stored string) (text string, latitude, longitude *float64) {
	head, text, ok := strings.Cut(stored, " ")
	var lat, lon float64
	if n, _ := fmt.Sscanf(head, coordinates, &lat, &lon); !ok || n < 2 {
		return stored, nil, nil
	}
	return text, &lat, &lon
}

func showSpot(_ *Turn, _ *form.State, value string) (messages.Say, error) {
	text, _, _ := spot(value)
	return messages.Verbatim(text), nil
}

func checkSigns(_ *Turn, _ *form.State, a form.Answer) (string, error) {
	n, ok := wholeNumber(a.Text)
	if !ok || n < 1 || n > mostSigns {
		return "", messages.Refuse("signs.count", messages.V{"Count": mostSigns})
	}
	return strconv.Itoa(n), nil
}

func severalAdminAreas(t *Turn, _ *form.State) (bool, error) {
	areas, err := t.adminAreas()
	return len(areas) > 1, err
}

func adminAreaChoices(t *Turn, _ *form.State) ([]form.Choice, error) {
	ids, err := t.adminAreas()
	if err != nil {
		return nil, err
	}
	areas, err := t.Tx.AreasByID(ids)
	return choicesOf(areas), err
}

// signArea is the area that an application belongs to: that of the applicant's group.
func (t *Turn) signArea(s *form.State) (storage.Area, error) {
	if id := s.Number("area"); id != 0 {
		return t.Tx.Area(id)
	}
	ids, err := t.adminAreas()
	if err != nil {
		return storage.Area{}, err
	}
	if len(ids) == 0 { // the group was taken off the register meanwhile
		return storage.Area{}, messages.Refuse("signs.nogroup")
	}
	return t.Tx.Area(ids[0])
}

// near finds the planned or placed sign beside the spot that is asked for.
func (t *Turn) near(s *form.State) (sign storage.Sign, metres float64, ok bool, err error) {
	_, latitude, longitude := spot(s.Get("place"))
	if latitude == nil {
		return storage.Sign{}, 0, false, nil
	}
	area, err := t.signArea(s)
	if err != nil {
		return storage.Sign{}, 0, false, err
	}
	sign, metres, err = t.Tx.SignNear(area.MunicipalityID, *latitude, *longitude, nearSign)
	if errors.Is(err, storage.ErrNotFound) {
		return sign, 0, false, nil
	}
	return sign, metres, err == nil, err
}

func nearSomething(t *Turn, s *form.State) (bool, error) {
	_, _, ok, err := t.near(s)
	return ok, err
}

func askNear(t *Turn, s *form.State) (messages.Content, error) {
	sign, metres, _, err := t.near(s)
	return messages.Paragraphs(messages.S("signs.near", messages.V{
		"Metres": int(metres), "Sign": signSay(sign), "State": signState(sign),
	})), err
}

// application is what the form holds.
func (t *Turn) application(s *form.State) (storage.Sign, storage.Area, error) {
	area, err := t.signArea(s)
	if err != nil {
		return storage.Sign{}, area, err
	}
	out := storage.Sign{
		AreaID: area.ID, PersonID: &t.Person.ID, Reason: s.Get("reason"), Words: s.Get("words"), Count: int(s.Number("count")),
		Photo: s.Get("photo"), Status: storage.SignAsked, CreatedAt: t.Now.UnixMilli(),
	}
	out.Place, out.Latitude, out.Longitude = spot(s.Get("place"))
	if s.Get("near") != joinSign {
		return out, area, nil
	}
	sign, _, ok, err := t.near(s)
	if ok { // it goes from here as that one goes
		out.JoinsID, out.Status, out.Decision = &sign.ID, sign.Status, sign.Decision
	}
	return out, area, err
}

func signSummary(t *Turn, s *form.State) (messages.Content, error) {
	a, area, err := t.application(s)
	if err != nil {
		return messages.Content{}, err
	}
	c := messages.Paragraphs(messages.S("signs.summary", messages.V{
		"Count": a.Count, "Place": a.Place, "Area": area.Full(), "Reason": reasonSay(a),
	}))
	if a.JoinsID != nil {
		c.Text = append(c.Text, messages.S("signs.summary.joins"))
	}
	c.Photo = a.Photo
	return c, nil
}

// sendSigns keeps the application, and tells the officers of the area that it wants advice.
func sendSigns(t *Turn, s *form.State) error {
	a, area, err := t.application(s)
	if err != nil {
		return err
	}
	if a, err = t.Tx.AddSign(a); err != nil {
		return err
	}
	if a.JoinsID != nil {
		return t.ReplyS(messages.S("signs.joined", messages.V{"State": signState(a)}))
	}
	c := messages.Paragraphs(messages.S("signs.new", messages.V{"Sign": signSay(a), "Area": area.Full()})).With(
		messages.Option{Label: messages.S("signs.look"), Data: "/signs"})
	people, err := t.Tx.Holders(a.AreaID, append(rolesFor(AdviseSigns), rolesFor(DecideSigns)...)...)
	if err != nil {
		return err
	}
	for _, p := range people {
		if _, err := t.Tell(p, c, How{Cause: fmt.Sprintf("sign:%d:new", a.ID), Priority: storage.Reminder}); err != nil {
			return err
		}
	}
	return t.ReplyS(messages.S("signs.sent", messages.V{"Number": uint(a.ID), "Municipality": area.Municipality})) //nolint:gosec // numbers are above 0
}
