package form

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/buurtbode/buurtbode/messages"
)

// Words are what works in every field, in every language at once, folded.
type Words struct {
	Back, Skip, Cancel []string
	// None skips where a field can be skipped, and is an answer elsewhere: "no", "don't know".
	None []string
	// Yes and No answer the last question, which shows all that was understood: go on, or change something.
	Yes, No []string
	// Match tells whether typed text is the label of a choice, in any language.
	Match func(label messages.Say, typed string) bool
	// Begins tells whether the label of a choice, in any language, begins with folded text, or the text with the label.
	Begins func(label messages.Say, typed string) bool
	// Within tells whether the label of a choice, in any language, has folded words in it.
	Within func(label messages.Say, typed string) bool
	// Fold makes typed words comparable.
	Fold func(string) string
}

// Outcome is what became of a step.
type Outcome int

// The outcomes of a step.
const (
	Asking    Outcome = iota // a question was put: Content says it
	Finished                 // Done ran
	Cancelled                // the person stopped
)

// Result is what to say after a step.
type Result struct {
	Outcome Outcome
	Content messages.Content
}

// Tap is the data of a button: which form, which field, which choice.
type Tap struct {
	Form   int64
	Step   string
	Choice string // a number, or "skip"
}

const tapPrefix = "f:"

// Data is the tap as it stands in a button.
func (t Tap) Data() string { return fmt.Sprintf("%s%d:%s:%s", tapPrefix, t.Form, t.Step, t.Choice) }

// ParseTap reads the data of a button; ok is false when it is not a form's.
func ParseTap(data string) (t Tap, ok bool) {
	parts := strings.Split(data, ":")
	if len(parts) != 4 || parts[0]+":" != tapPrefix {
		return t, false
	}
	id, err := strconv.ParseInt(parts[1], 10, 64)
	return Tap{Form: id, Step: parts[2], Choice: parts[3]}, err == nil
}

// Next asks the first field that is not known yet, using up answers that were given all at once; when all are known it
// runs Done.
func (f *Form[T]) Next(t T, s *State, w Words) (Result, error) {
	for {
		field, err := f.open(t, s)
		if err != nil {
			return Result{}, err
		}
		if field == nil {
			return f.finish(t, s)
		}
		s.Step = field.Name
		unforeseen := field.Unforeseen
		if field.Surprises != nil && len(s.Waiting) > 0 {
			if unforeseen, err = field.Surprises(t, s); err != nil {
				return Result{}, err
			}
		}
		if unforeseen {
			s.Waiting = nil
		}
		if len(s.Waiting) == 0 {
			return f.ask(t, s, field)
		}
		answer := s.Waiting[0]
		s.Waiting = s.Waiting[1:]
		if typed := w.Fold(answer); field.Optional && (answer == "" || slices.Contains(w.Skip, typed) || slices.Contains(w.None, typed)) {
			s.answered(field.Name, "")
			continue
		}
		r, again, err := f.take(t, s, field, Answer{Text: answer}, w)
		if err != nil || again {
			s.Waiting = nil
			return r, err
		}
		if r.Outcome == Cancelled {
			return r, nil
		}
		if s.Change {
			return f.askChange(t, s)
		}
	}
}

// finish runs Done. What it refuses is said above the last question, which stays open: nothing that was typed is lost.
func (f *Form[T]) finish(t T, s *State) (Result, error) {
	err := f.Done(t, s)
	if err == nil {
		return Result{Outcome: Finished}, nil
	}
	var refused *messages.UserError
	i := slices.IndexFunc(f.Fields, func(field Field[T]) bool { return field.Confirm })
	if i < 0 || !errors.As(err, &refused) {
		return Result{}, err
	}
	for _, field := range f.Fields[i:] { // what was asked after it rested on it
		s.forget(field.Name)
	}
	s.Step, s.Waiting = f.Fields[i].Name, nil
	return f.again(t, s, &f.Fields[i], refused.Say)
}

// open is the first field that is to be asked and has no value.
func (f *Form[T]) open(t T, s *State) (*Field[T], error) {
	for _, name := range s.Assumed {
		delete(s.Values, name)
	}
	s.Assumed = nil
	for i := range f.Fields {
		field := &f.Fields[i]
		if s.Has(field.Name) {
			if field.Holds == nil {
				continue
			}
			holds, err := field.Holds(t, s)
			if err != nil {
				return nil, err
			}
			if holds {
				continue
			}
			s.forget(field.Name)
		}
		if field.When != nil {
			ok, err := field.When(t, s)
			if err != nil {
				return nil, err
			}
			if !ok {
				continue
			}
		}
		if field.Default == nil || s.Changing == field.Name || field.Asked && len(s.Waiting) == 0 {
			return field, nil
		}
		value, err := field.Default(t, s)
		if err != nil {
			return nil, err
		}
		if field.Asked { // it stays, when the answers have been used up
			changing, before := s.Changing, s.Before
			s.answered(field.Name, value)
			s.Changing, s.Before = changing, before
			continue
		}
		s.assume(field.Name, value)
	}
	return nil, nil
}

// Again puts the question that is open once more.
func (f *Form[T]) Again(t T, s *State, w Words) (Result, error) {
	s.Waiting = nil
	if s.Change {
		return f.askChange(t, s)
	}
	return f.Next(t, s, w)
}

// Tapped takes a tapped choice. ok is false when the button belongs to another form or to a question answered before.
func (f *Form[T]) Tapped(t T, s *State, tap Tap, w Words) (r Result, ok bool, err error) {
	if tap.Form != s.ID || tap.Step != s.Step && !(s.Change && tap.Step == changeStep) {
		return Result{}, false, nil
	}
	if tap.Choice == "skip" && len(w.Skip) > 0 {
		r, err = f.Answer(t, s, Answer{Text: w.Skip[0]}, w)
		return r, true, err
	}
	r, err = f.Answer(t, s, Answer{Text: tap.Choice}, w)
	return r, true, err
}

// Answer takes an answer to the open question and asks on.
func (f *Form[T]) Answer(t T, s *State, a Answer, w Words) (Result, error) {
	typed := w.Fold(a.Text)
	switch {
	case slices.Contains(w.Cancel, typed):
		return Result{Outcome: Cancelled}, nil
	case slices.Contains(w.Back, typed):
		return f.back(t, s, w)
	}
	if s.Change {
		return f.change(t, s, a, w)
	}
	field := f.field(s.Step)
	if field == nil { // the form changed since: ask what is open now
		return f.Next(t, s, w)
	}
	skips := slices.Contains(w.Skip, typed) || slices.Contains(w.None, typed) || a.Numbered && typed == strconv.Itoa(len(s.Offered)+1)
	if skips && field.Optional {
		s.answered(field.Name, "")
		return f.Next(t, s, w)
	}
	if slices.Contains(w.Skip, typed) && field.Check == nil {
		return f.again(t, s, field, messages.S("form.noskip"))
	}
	r, again, err := f.take(t, s, field, a, w)
	if err != nil || again || r.Outcome == Cancelled {
		return r, err
	}
	if s.Change {
		return f.askChange(t, s)
	}
	return f.Next(t, s, w)
}

func (f *Form[T]) field(name string) *Field[T] {
	for i := range f.Fields {
		if f.Fields[i].Name == name {
			return &f.Fields[i]
		}
	}
	return nil
}

// take checks one answer; again tells that the question was put once more.
func (f *Form[T]) take(t T, s *State, field *Field[T], a Answer, w Words) (r Result, again bool, err error) {
	choices := s.Offered
	if len(choices) == 0 && field.Choices != nil {
		if choices, err = field.Choices(t, s); err != nil {
			return Result{}, false, err
		}
	}
	value, ok := pick(choices, a.Text, w)
	if !ok && field.Confirm {
		value, ok = confirmed(choices, w.Fold(a.Text), w)
	}
	if !ok && field.Check == nil {
		value, ok = begun(choices, a.Text, w)
	}
	if ok {
		r, err = f.picked(t, s, field, value)
		return r, false, err
	}
	if field.Check == nil {
		r, err = f.again(t, s, field, messages.S("form.choose", messages.V{"Count": len(choices)}))
		return r, true, err
	}
	value, err = field.Check(t, s, a)
	var refused *messages.UserError
	var many *Ambiguous
	switch {
	case errors.As(err, &refused):
		r, err = f.again(t, s, field, refused.Say)
		return r, true, err
	case errors.As(err, &many):
		s.Offered = many.Choices
		return Result{Content: f.options(s, messages.Paragraphs(many.Say), many.Choices, field)}, true, nil
	case err != nil:
		return Result{}, false, err
	}
	s.answered(field.Name, value)
	return Result{}, false, nil
}

func (f *Form[T]) picked(t T, s *State, field *Field[T], value string) (Result, error) {
	if field.Confirm {
		switch value {
		case ConfirmChange:
			s.Change, s.Offered = true, nil
			return Result{}, nil
		case ConfirmCancel:
			return Result{Outcome: Cancelled}, nil
		}
	}
	if field.Again != nil {
		name, err := field.Again(t, s, value)
		if err != nil {
			return Result{}, err
		}
		if name != "" {
			s.Offered = nil
			s.Changing, s.Before = name, s.Get(name)
			s.forget(name)
			return Result{}, nil
		}
	}
	s.answered(field.Name, value)
	return Result{}, nil
}

// pick finds the choice that was meant: by number ("2", "2.", "2)"), by label in any language, or both ("2. yes").
func pick(choices []Choice, typed string, w Words) (string, bool) {
	typed = strings.TrimSpace(typed)
	digits := strings.TrimRight(typed, ".)")
	if n, err := strconv.Atoi(digits); err == nil && n >= 1 && n <= len(choices) {
		return choices[n-1].Value, true
	}
	for i, c := range choices {
		bare := strings.TrimSpace(strings.TrimLeft(strings.TrimPrefix(typed, strconv.Itoa(i+1)), ".) "))
		if w.Match(c.Label, typed) || bare != "" && bare != typed && w.Match(c.Label, bare) {
			return c.Value, true
		}
	}
	return "", false
}

// begun finds the one choice whose value, or whose label in any language, begins with what was typed: "missing", "vermist".
// Without one it is the only choice with these words in its label: "verbeteren".
func begun(choices []Choice, typed string, w Words) (value string, ok bool) {
	typed = w.Fold(typed)
	if len(typed) < 3 {
		return "", false
	}
	value, found := only(choices, func(c Choice) bool { return strings.HasPrefix(c.Value, typed) || w.Begins(c.Label, typed) })
	if found == 0 && w.Within != nil {
		value, found = only(choices, func(c Choice) bool { return w.Within(c.Label, typed) })
	}
	return value, found == 1
}

// only is the value of the first choice that fits, and how many do.
func only(choices []Choice, fits func(Choice) bool) (value string, found int) {
	for _, c := range choices {
		if !fits(c) {
			continue
		}
		if found == 0 {
			value = c.Value
		}
		found++
	}
	return value, found
}

// confirmed takes a plain yes or no to the last question: to go on, or to change something, where that is a choice.
func confirmed(choices []Choice, typed string, w Words) (value string, ok bool) {
	switch {
	case slices.Contains(w.Yes, typed):
		value = ConfirmYes
	case slices.Contains(w.No, typed):
		value = ConfirmChange
	}
	return value, slices.ContainsFunc(choices, func(c Choice) bool { return c.Value == value })
}

func (f *Form[T]) back(t T, s *State, w Words) (Result, error) {
	s.Offered, s.Waiting = nil, nil
	if s.Change {
		s.Change = false
		return f.Next(t, s, w)
	}
	if s.Changing == s.Step && s.Changing != "" { // the value stays as it was
		name := s.Changing
		s.answered(name, s.Before)
		if field := f.field(name); field != nil && field.Default != nil {
			s.forget(name)
		}
		return f.Next(t, s, w)
	}
	if n := len(s.Order); n > 0 {
		s.forget(s.Order[n-1])
		return f.Next(t, s, w)
	}
	field := f.field(s.Step)
	if field == nil {
		return f.Next(t, s, w)
	}
	return f.again(t, s, field, messages.S("form.first"))
}
