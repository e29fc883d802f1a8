// What features tell each other by name, such as to forward it.

export type Values = Readonly<Record<string, string | number | boolean | undefined>>;

export type Tell = (name: string, values: Values) => void;
