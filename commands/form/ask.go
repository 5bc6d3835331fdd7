package form

import (
	"maps"
	"slices"
	"strconv"

	"github.com/buurtbode/buurtbode/messages"
)

// The choices of a Confirm field, as values.
const (
	ConfirmYes    = "yes"
	ConfirmChange = "change"
	ConfirmCancel = "cancel"
)

const changeStep = "change"

// ask puts the question of a field.
func (f *Form[T]) ask(t T, s *State, field *Field[T]) (Result, error) {
	s.Offered = nil
	q, err := field.Ask(t, s)
	if err != nil {
		return Result{}, err
	}
	var choices []Choice
	if field.Choices != nil {
		if choices, err = field.Choices(t, s); err != nil {
			return Result{}, err
		}
		s.Offered = choices
	}
	return Result{Content: f.options(s, q, choices, field)}, nil
}

// again says what was wrong and puts the question once more.
func (f *Form[T]) again(t T, s *State, field *Field[T], why messages.Say) (Result, error) {
	r, err := f.ask(t, s, field)
	r.Content.Text = append([]messages.Say{why}, r.Content.Text...)
	return r, err
}

func (f *Form[T]) options(s *State, q messages.Content, choices []Choice, field *Field[T]) messages.Content {
	for i, c := range choices {
		q = q.With(messages.Option{
			Number: i + 1, Label: c.Label,
			Data: Tap{Form: s.ID, Step: field.Name, Choice: strconv.Itoa(i + 1)}.Data(),
		})
	}
	if field.Optional {
		q = q.With(messages.Option{Label: messages.S("form.skip"), Data: Tap{Form: s.ID, Step: field.Name, Choice: "skip"}.Data()})
	}
	return q
}

// askChange lists the fields that were answered, to pick one.
func (f *Form[T]) askChange(t T, s *State) (Result, error) {
	choices, err := f.changeable(t, s)
	if err != nil {
		return Result{}, err
	}
	s.Offered = choices
	q := messages.Paragraphs(messages.S("form.change"))
	return Result{Content: f.options(s, q, choices, &Field[T]{Name: changeStep})}, nil
}

// Filled are the fields that have an answer which matters, in their order.
func (f *Form[T]) Filled(t T, s *State) ([]*Field[T], error) {
	var out []*Field[T]
	for i := range f.Fields {
		field := &f.Fields[i]
		if field.Confirm || !s.Has(field.Name) {
			continue
		}
		asks, err := field.Asks(t, s)
		if err != nil {
			return nil, err
		}
		if asks {
			out = append(out, field)
		}
	}
	return out, nil
}

func (f *Form[T]) changeable(t T, s *State) ([]Choice, error) {
	var out []Choice
	filled, err := f.Filled(t, s)
	if err != nil {
		return nil, err
	}
	for _, field := range filled {
		if !slices.Contains(s.Order, field.Name) && !slices.Contains(s.Assumed, field.Name) {
			continue
		}
		shown, err := f.Shown(t, s, field.Name)
		if err != nil {
			return nil, err
		}
		out = append(out, Choice{Value: field.Name, Label: messages.S("form.changeable", messages.V{"Field": f.Label(field.Name), "Value": shown})})
	}
	return out, nil
}

// change takes the answer to "which one?": the field is asked again, and the summary after it.
func (f *Form[T]) change(t T, s *State, a Answer, w Words) (Result, error) {
	choices, err := f.changeable(t, s)
	if err != nil {
		return Result{}, err
	}
	name, ok := pick(choices, a.Text, w)
	for _, c := range choices { // the bare name of the field will do too
		if !ok && w.Match(f.Label(c.Value), a.Text) {
			name, ok = c.Value, true
		}
	}
	if !ok {
		name, ok = begun(choices, a.Text, w)
	}
	if typed := w.Fold(a.Text); !ok && (slices.Contains(w.Yes, typed) || slices.Contains(w.None, typed)) { // nothing, it is good as it is
		s.Change = false
		return f.Next(t, s, w)
	}
	if !ok {
		r, err := f.askChange(t, s)
		r.Content.Text = append([]messages.Say{messages.S("form.choose", messages.V{"Count": len(choices)})}, r.Content.Text...)
		return r, err
	}
	s.Change, s.Offered = false, nil
	s.Changing, s.Before = name, s.Get(name)
	s.forget(name)
	return f.Next(t, s, w)
}

// Asks tells whether the field would be asked if it had no value: a later answer may have made it pointless.
func (f *Field[T]) Asks(t T, s *State) (bool, error) {
	if f.When == nil {
		return true, nil
	}
	without := *s
	without.Values = maps.Clone(s.Values)
	delete(without.Values, f.Name)
	return f.When(t, &without)
}

// Shown is the value of a field as a person reads it.
func (f *Form[T]) Shown(t T, s *State, name string) (messages.Say, error) {
	field, value := f.field(name), s.Get(name)
	switch {
	case field == nil || value == "" && field.Show == nil:
		return messages.S("form.none"), nil
	case field.Show != nil:
		return field.Show(t, s, value)
	case field.Choices != nil:
		choices, err := field.Choices(t, s)
		if err != nil {
			return messages.Say{}, err
		}
		for _, c := range choices {
			if c.Value == value {
				return c.Label, nil
			}
		}
	}
	return messages.Verbatim(value), nil
}

// Question is an Ask of one sentence.
func Question[T any](id string) func(T, *State) (messages.Content, error) {
	return func(T, *State) (messages.Content, error) { return messages.Paragraphs(messages.S(id)), nil }
}

// Pick is a list of fixed choices, given as value and id of the label by turns.
func Pick[T any](valuesAndLabels ...string) func(T, *State) ([]Choice, error) {
	var out []Choice
	for i := 0; i+1 < len(valuesAndLabels); i += 2 {
		out = append(out, Choice{Value: valuesAndLabels[i], Label: messages.S(valuesAndLabels[i+1])})
	}
	return func(T, *State) ([]Choice, error) { return out, nil }
}
