// What the academy's pictures are painted with: noise, light, hills, trees and runners on a canvas.

/** Returns a generator of numbers in [0, 1) (mulberry32). */
export function randomFrom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** One-dimensional value noise with octaves, about -1 to 1. */
export function noiseFrom(random) {
  const lattice = Array.from({ length: 512 }, () => random() * 2 - 1);
  const at = (x) => {
    const i = Math.floor(x);
    const f = x - i;
    const smooth = f * f * (3 - 2 * f);
    return lattice[i & 511] * (1 - smooth) + lattice[(i + 1) & 511] * smooth;
  };
  return (x, octaves = 5, roughness = 0.5) => {
    let sum = 0;
    let amplitude = 1;
    let total = 0;
    for (let octave = 0; octave < octaves; octave++) {
      sum += at(x * 2 ** octave + octave * 37.7) * amplitude;
      total += amplitude;
      amplitude *= roughness;
    }
    return sum / total;
  };
}

export function verticalGradient(context, stops, top, bottom) {
  const gradient = context.createLinearGradient(0, top, 0, bottom);
  for (const [offset, color] of stops) gradient.addColorStop(offset, color);
  return gradient;
}

export function glow(context, x, y, radius, color) {
  const gradient = context.createRadialGradient(x, y, 0, x, y, radius);
  gradient.addColorStop(0, color);
  gradient.addColorStop(1, color.replace(/[\d.]+\)$/, "0)"));
  context.fillStyle = gradient;
  context.fillRect(x - radius, y - radius, radius * 2, radius * 2);
}

export function conifer(context, x, y, height) {
  const width = height * 0.34;
  context.beginPath();
  context.moveTo(x, y - height);
  for (let tier = 1; tier <= 5; tier++) {
    const down = y - height + (height * tier) / 5;
    context.lineTo(x + (width * tier) / 10 + width * 0.06, down);
    context.lineTo(x + (width * tier) / 16, down);
  }
  for (let tier = 5; tier >= 1; tier--) {
    const down = y - height + (height * tier) / 5;
    context.lineTo(x - (width * tier) / 16, down);
    context.lineTo(x - (width * tier) / 10 - width * 0.06, down);
  }
  context.closePath();
  context.fill();
}

/** Fills a ridge and returns its height function. */
export function ridge(context, width, height, { base, relief, frequency, offset, noise, fill }) {
  const heightAt = (x) => base + noise(offset + (x / width) * frequency, 6, 0.46) * relief;
  context.fillStyle = fill;
  context.beginPath();
  context.moveTo(0, height);
  for (let x = 0; x <= width; x += 2) context.lineTo(x, heightAt(x));
  context.lineTo(width, height);
  context.closePath();
  context.fill();
  return heightAt;
}

/** A runner in stride, feet near (x, y), facing right. `phase` is the stride in radians. */
export function runner(context, x, y, height, phase, { body, vest }) {
  const limb = (from, angle, length) => [
    from[0] + Math.sin(angle) * length,
    from[1] + Math.cos(angle) * length,
  ];
  const stroke = (points, thickness, color) => {
    context.strokeStyle = color;
    context.lineWidth = thickness * height;
    context.beginPath();
    context.moveTo(...points[0]);
    for (const point of points.slice(1)) context.lineTo(...point);
    context.stroke();
  };
  context.save();
  context.translate(x, y - Math.abs(Math.sin(phase)) * height * 0.03);
  context.lineCap = "round";
  context.lineJoin = "round";
  const hip = [0, -0.5 * height];
  const shoulder = [0.075 * height, -0.8 * height];
  const leg = (p) => {
    const thigh = 0.15 + 0.72 * Math.sin(p);
    const knee = limb(hip, thigh, 0.25 * height);
    const ankle = limb(knee, thigh - 0.25 - 0.85 * (1 - Math.sin(p + 0.9)) * 0.62, 0.25 * height);
    return [hip, knee, ankle, [ankle[0] + 0.055 * height, ankle[1] + 0.012 * height]];
  };
  const arm = (p) => {
    const upper = -0.1 + 0.75 * Math.sin(p);
    const elbow = limb(shoulder, upper, 0.15 * height);
    return [shoulder, elbow, limb(elbow, upper + 1.55, 0.135 * height)];
  };
  stroke(arm(phase), 0.045, body);
  stroke(leg(phase + Math.PI), 0.062, body);
  stroke(leg(phase), 0.062, body);
  stroke([hip, [0.02 * height, -0.54 * height]], 0.11, body);
  stroke([[0.02 * height, -0.57 * height], shoulder], 0.115, vest);
  stroke(arm(phase + Math.PI), 0.045, body);
  context.fillStyle = body;
  context.beginPath();
  context.ellipse(0.125 * height, -0.925 * height, 0.058 * height, 0.07 * height, 0.2, 0, 7);
  context.fill();
  stroke(
    [
      [0.09 * height, -0.85 * height],
      [0.115 * height, -0.9 * height],
    ],
    0.05,
    body,
  );
  context.restore();
}

/** Film grain; it is also what makes a photograph large. */
export function grain(context, width, height, random, strength) {
  const image = context.getImageData(0, 0, width, height);
  const data = image.data;
  for (let i = 0; i < data.length; i += 4) {
    const noise = (random() + random() - 1) * strength;
    data[i] += noise;
    data[i + 1] += noise;
    data[i + 2] += noise;
  }
  context.putImageData(image, 0, 0);
}
